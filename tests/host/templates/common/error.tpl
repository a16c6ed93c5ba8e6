{include file="$template/includes/alert.tpl" type="danger" msg=$message|escape:'html':'UTF-8':false textcenter=true}
